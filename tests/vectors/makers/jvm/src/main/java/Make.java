// Prints sessions of the real Spring Session as JSON lines: what a browser holds, and its rows.
// `mvn -q compile exec:java -Dexec.mainClass=Make -Dexec.args="redis-port"` (a Redis of its own).

import jakarta.servlet.http.Cookie;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.web.http.CookieSerializer.CookieValue;
import org.springframework.session.web.http.DefaultCookieSerializer;
import org.springframework.transaction.support.TransactionTemplate;

public class Make {
  static final Base64.Encoder B64 = Base64.getEncoder();

  public static void main(String[] args) throws Exception {
    var factory = new LettuceConnectionFactory("127.0.0.1", Integer.parseInt(args[0]));
    factory.afterPropertiesSet();
    factory.start();
    show("redis-java", fill(new RedisSessionRepository(template(factory, RedisSerializer.java()))), factory);
    show("redis-json", fill(new RedisSessionRepository(template(factory, RedisSerializer.json()))), factory);
    var indexed = new RedisIndexedSessionRepository(template(factory, RedisSerializer.java()));
    show("redis-indexed", fill(indexed), factory);
    jdbc();
    factory.destroy();
  }

  static RedisTemplate<String, Object> template(
      LettuceConnectionFactory factory, RedisSerializer<?> values) {
    var template = new RedisTemplate<String, Object>();
    template.setKeySerializer(RedisSerializer.string());
    template.setHashKeySerializer(RedisSerializer.string());
    template.setDefaultSerializer(values);
    template.setConnectionFactory(factory);
    template.afterPropertiesSet();
    return template;
  }

  static <S extends Session> String fill(SessionRepository<S> repository) {
    S session = repository.createSession();
    session.setMaxInactiveInterval(Duration.ofMinutes(30));
    session.setAttribute("userId", 4711L);
    session.setAttribute("name", "Zoë 漢");
    session.setAttribute("cart", new ArrayList<>(List.of("apple", "pear")));
    var prices = new LinkedHashMap<String, Object>();
    prices.put("apple", 3);
    prices.put("paid", true);
    session.setAttribute("prices", prices);
    session.setAttribute(
        "org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME",
        "zoe@example.com");
    repository.save(session);
    return session.getId();
  }

  static String cookie(String id) {
    var request = new MockHttpServletRequest();
    var response = new MockHttpServletResponse();
    new DefaultCookieSerializer().writeCookieValue(new CookieValue(request, response, id));
    Cookie cookie = response.getCookie("SESSION");
    return cookie.getValue();
  }

  static void show(String kind, String id, LettuceConnectionFactory factory) {
    var connection = factory.getConnection();
    byte[] key = ("spring:session:sessions:" + id).getBytes();
    var row = new TreeMap<String, String>();
    for (Map.Entry<byte[], byte[]> entry : connection.hashCommands().hGetAll(key).entrySet()) {
      row.put(new String(entry.getKey()), B64.encodeToString(entry.getValue()));
    }
    long ttl = connection.keyCommands().ttl(key);
    print(kind, id, row, ttl);
    connection.close();
  }

  static void jdbc() throws Exception {
    var source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:vectors;DB_CLOSE_DELAY=-1");
    var template = new JdbcTemplate(source);
    String script = new String(Make.class.getClassLoader()
        .getResourceAsStream("org/springframework/session/jdbc/schema-h2.sql").readAllBytes());
    for (String statement : script.split(";")) {
      if (!statement.isBlank()) {
        template.execute(statement);
      }
    }
    var transactions = new TransactionTemplate(new DataSourceTransactionManager(source));
    String id = fill(new JdbcIndexedSessionRepository(template, transactions));
    var row = new TreeMap<String, String>();
    try (Connection connection = source.getConnection();
        ResultSet found = connection.createStatement().executeQuery("select * from SPRING_SESSION")) {
      found.next();
      for (int at = 1; at <= found.getMetaData().getColumnCount(); at++) {
        row.put(found.getMetaData().getColumnName(at), B64.encodeToString(found.getString(at).getBytes()));
      }
      ResultSet attributes = connection.createStatement()
          .executeQuery("select * from SPRING_SESSION_ATTRIBUTES");
      while (attributes.next()) {
        row.put("attribute:" + attributes.getString("ATTRIBUTE_NAME"),
            B64.encodeToString(attributes.getBytes("ATTRIBUTE_BYTES")));
      }
    }
    print("jdbc", id, row, 0);
  }

  static void print(String kind, String id, Map<String, String> row, long ttl) {
    var text = new StringBuilder();
    for (var entry : row.entrySet()) {
      text.append(text.isEmpty() ? "" : ", ");
      text.append('"').append(entry.getKey()).append("\": \"").append(entry.getValue()).append('"');
    }
    System.out.printf("{\"kind\": \"%s\", \"id\": \"%s\", \"cookie\": \"%s\", \"ttl\": %d, \"row\": {%s}}%n",
        kind, id, cookie(id), ttl, text);
  }
}
