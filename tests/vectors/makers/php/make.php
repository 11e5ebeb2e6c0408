<?php
// Prints sessions of the real PHP, Symfony and WordPress as JSON lines (Debian 12: php-cli,
// php-symfony-http-foundation, php-symfony-security-core and -http, php-symfony-property-access,
// wordpress): `php make.php ROOT > lines.jsonl`, ROOT where the packages' /usr/share is ("/").

namespace {
    ob_start(); // headers stay open for a second session
    error_reporting(E_ALL & ~E_DEPRECATED);
    $root = rtrim($argv[1] ?? '', '/') . '/usr/share';
    spl_autoload_register(function ($name) use ($root) {
        $path = $root . '/php/' . strtr($name, '\\', '/') . '.php';
        if (is_file($path)) {
            require $path;
        }
    });

    function show(array $row): void
    {
        echo json_encode($row + ['at' => time()], JSON_UNESCAPED_SLASHES), "\n";
    }

    class Cart implements JsonSerializable
    {
        public $items = ['apple'];
        protected $total = 3.5;
        private $owner = 'zoe';
        public function jsonSerialize(): mixed { return []; }
    }

    enum Suit: string { case Hearts = 'H'; }

    ini_set('session.save_path', sys_get_temp_dir());
    ini_set('session.use_cookies', '0');
    foreach (['php', 'php_serialize'] as $handler) {
        ini_set('session.serialize_handler', $handler);
        session_start();
        $_SESSION = [
            'user_id' => 4711, 'name' => 'Zoë 漢', 'admin' => true, 'none' => null, 'score' => 1.25,
            'cart' => new Cart(), 'roles' => ['a', 'b'], 'map' => ['x' => -1, 7 => 'y'], 'suit' => Suit::Hearts,
        ];
        $id = session_id();
        $text = session_encode();
        session_destroy();
        show(['kind' => $handler, 'cookies' => ['PHPSESSID' => $id], 'row' => base64_encode($text)]);
    }

    ini_set('session.serialize_handler', 'php');
    $storage = new Symfony\Component\HttpFoundation\Session\Storage\PhpBridgeSessionStorage();
    session_start();
    $session = new Symfony\Component\HttpFoundation\Session\Session($storage);
    $session->start();
    $session->set('_security_main', 'token');
    $session->set('user', 'zoe@example.com');
    $session->getFlashBag()->add('notice', 'hello');
    $session->save();
    session_start();
    $id = session_id();
    $text = session_encode();
    session_destroy();
    show(['kind' => 'symfony', 'cookies' => ['PHPSESSID' => $id], 'row' => base64_encode($text)]);

    final class User implements Symfony\Component\Security\Core\User\UserInterface
    {
        public function getRoles(): array { return []; }
        public function getPassword(): ?string { return '$2y$13$abcdefghijklmnop'; }
        public function getSalt(): ?string { return null; }
        public function eraseCredentials(): void {}
        public function getUsername(): string { return 'zoe@example.com'; }
        public function getUserIdentifier(): string { return 'zoe@example.com'; }
    }
    $secret = 'pub-symfony-app-secret-0123456789';
    $access = Symfony\Component\PropertyAccess\PropertyAccess::createPropertyAccessor();
    $hasher = new Symfony\Component\Security\Core\Signature\SignatureHasher($access, ['password'], $secret);
    $user = new User();
    $ends = time() + 31536000;
    $details = new Symfony\Component\Security\Http\RememberMe\RememberMeDetails(
        'App\\Entity\\User', 'zoe@example.com', $ends, $hasher->computeSignatureHash($user, $ends)
    );
    show(['kind' => 'symfony-remember-me', 'cookies' => ['REMEMBERME' => $details->toString()],
        'secret' => $secret, 'ends' => $ends]);

    // WordPress: what its functions need, and no database
    define('ABSPATH', $root . '/wordpress/');
    const KEY = 'pub-logged-in-key-0123456789';
    const SALT = 'pub-logged-in-salt-0123456789';
    function apply_filters($hook, $value) { return $value; }
    function do_action() {}
    function get_userdata($id) { return (object) ['ID' => $id, 'user_login' => 'zoe', 'user_pass' => '$P$BabcdefghijKLMNOPQRSTUVWXYZ0123']; }
    function wp_salt($scheme) { return KEY . SALT; }
    require $root . '/wordpress/wp-includes/pluggable.php';
    $ends = time() + 1209600;
    $token = 'Yf3vJ8m2sQk1LwPzR7tXc9bN4hGdA6eU0iOaVbCxMnE';
    $cookie = wp_generate_auth_cookie(1, $ends, 'logged_in', $token);
    show(['kind' => 'wordpress', 'cookies' => ['wordpress_logged_in_5c016e8f0f95f039102cbe8366c5c7f3' => $cookie],
        'secret' => KEY . SALT, 'pass' => get_userdata(1)->user_pass, 'ends' => $ends, 'token' => $token]);
}
