# Prints cookies of the real plug_crypto 2.1.1 as lines (kind, value, secret, salts):
# `elixir -pa _build/dev/lib/plug_crypto/ebin make.exs > lines.tsv`.
# the application's table of keys; where it is started, it is there
if :ets.whereis(Plug.Crypto.Keys) == :undefined do
  :ets.new(Plug.Crypto.Keys, [:named_table, :public])
end

base = "pub-secret-key-base-0123456789abcdef0123456789abcdef0123456789abcdef"
session = %{
  "_csrf_token" => "b2-F4Ln8", "user_id" => 4711, "name" => "Zoë 漢", "cart" => [1, 2.5, nil, true],
  :live => {:ok, "x"}, "big" => 123456789012345678901234567890, "neg" => -7, "empty" => %{}
}
derive = fn salt -> Plug.Crypto.KeyGenerator.generate(base, salt, iterations: 1000, length: 32, digest: :sha256) end
term = :erlang.term_to_binary(session)
signed = Plug.Crypto.MessageVerifier.sign(term, derive.("k1sJ9xQz"))
sealed = Plug.Crypto.MessageEncryptor.encrypt(term, derive.("e7Yt2mPq"), derive.("k1sJ9xQz"))
token = Plug.Crypto.sign(base, "user auth", 4711)
IO.puts(Enum.join(["plug-signed", signed, base, "k1sJ9xQz"], "\t"))
IO.puts(Enum.join(["plug-encrypted", sealed, base, "e7Yt2mPq,k1sJ9xQz"], "\t"))
IO.puts(Enum.join(["phoenix-token", token, base, "user auth"], "\t"))
