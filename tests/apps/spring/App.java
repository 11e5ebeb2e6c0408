// Spring Session over one store: GET /login makes a session, GET /me?ID says whether somebody is
// signed in. STORE: redis | redis-indexed | jdbc; URL: redis's port, or a JDBC URL; LIFE: seconds.
// Prints its port.

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.transaction.support.TransactionTemplate;

public class App {
  static final String PRINCIPAL =
      "org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME";

  public static void main(String[] args) throws Exception {
    String url = System.getenv("URL");
    switch (System.getenv("STORE")) {
      case "redis" -> serve(new RedisSessionRepository(template(url)));
      case "redis-indexed" -> serve(new RedisIndexedSessionRepository(template(url)));
      default -> serve(jdbc(url));
    }
  }

  static RedisTemplate<String, Object> template(String port) {
    var factory = new LettuceConnectionFactory("127.0.0.1", Integer.parseInt(port));
    factory.afterPropertiesSet();
    factory.start();
    var template = new RedisTemplate<String, Object>();
    template.setKeySerializer(RedisSerializer.string());
    template.setHashKeySerializer(RedisSerializer.string());
    template.setDefaultSerializer(RedisSerializer.java());
    template.setConnectionFactory(factory);
    template.afterPropertiesSet();
    return template;
  }

  static JdbcIndexedSessionRepository jdbc(String url) throws Exception {
    var source = new DriverManagerDataSource(url);
    var template = new JdbcTemplate(source);
    String engine = url.split(":")[1];
    String script = new String(App.class.getClassLoader()
        .getResourceAsStream("org/springframework/session/jdbc/schema-" + engine + ".sql")
        .readAllBytes());
    for (String statement : script.split(";")) {
      if (!statement.isBlank()) {
        template.execute(statement);
      }
    }
    var transactions = new TransactionTemplate(new DataSourceTransactionManager(source));
    return new JdbcIndexedSessionRepository(template, transactions);
  }

  static <S extends Session> void serve(SessionRepository<S> sessions) throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/login", exchange -> {
      S session = sessions.createSession();
      session.setMaxInactiveInterval(Duration.ofSeconds(Long.parseLong(System.getenv("LIFE"))));
      session.setAttribute("cart", List.of("apple", "Zoë"));
      session.setAttribute(PRINCIPAL, exchange.getRequestURI().getQuery());
      sessions.save(session);
      byte[] id = session.getId().getBytes();
      exchange.sendResponseHeaders(200, id.length);
      exchange.getResponseBody().write(id);
      exchange.close();
    });
    server.createContext("/me", exchange -> {
      S session = sessions.findById(exchange.getRequestURI().getQuery());
      boolean isIn = session != null && session.getAttribute(PRINCIPAL) != null
          && session.getAttribute("cart") != null;
      if (isIn) {  // as SessionRepositoryFilter does at the end of a request
        session.setLastAccessedTime(Instant.now());
        sessions.save(session);
      }
      exchange.sendResponseHeaders(isIn ? 200 : 401, -1);
      exchange.close();
    });
    server.start();
    System.out.println(server.getAddress().getPort());
  }
}
