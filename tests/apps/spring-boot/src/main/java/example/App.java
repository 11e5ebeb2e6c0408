// Spring Boot 4: Spring Security's OAuth 2 client, sessions of Spring Session in Redis (REDIS_URL).
package example;

import static org.springframework.security.config.Customizer.withDefaults;
import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.pathPattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.web.HttpSessionOAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class App {
  private final OAuth2AuthorizedClientManager tokens;

  App(ClientRegistrationRepository clients, OAuth2AuthorizedClientRepository authorized) {
    var manager = new DefaultOAuth2AuthorizedClientManager(clients, authorized);
    // a skew of a day: the access token is renewed each time that it is asked for
    manager.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder()
        .refreshToken(refresh -> refresh.clockSkew(Duration.ofDays(1))).build());
    tokens = manager;
  }

  public static void main(String[] args) {
    SpringApplication.run(App.class, args);
  }

  @GetMapping("/")
  String home() {
    return "welcome";
  }

  @GetMapping("/profile")
  Map<String, String> profile(@AuthenticationPrincipal OidcUser user) {
    return Map.of("sub", user.getSubject(), "name", user.getFullName(), "email", user.getEmail());
  }

  @GetMapping("/refresh")
  String refresh(Authentication who, HttpServletRequest request, HttpServletResponse response) {
    tokens.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("local").principal(who)
        .attribute(HttpServletRequest.class.getName(), request)
        .attribute(HttpServletResponse.class.getName(), response)
        .build());
    return "refreshed";
  }
}

@Configuration
class Security {
  // the tokens stand in the session; Spring's default keeps them in the memory of one process
  @Bean
  OAuth2AuthorizedClientRepository authorized() {
    return new HttpSessionOAuth2AuthorizedClientRepository();
  }

  @Bean
  SecurityFilterChain chain(HttpSecurity http, ClientRegistrationRepository clients) {
    var atProvider = new OidcClientInitiatedLogoutSuccessHandler(clients);
    atProvider.setPostLogoutRedirectUri("{baseUrl}");
    AuthenticationEntryPoint unauthorized = (request, response, why) -> response.sendError(401);
    return http
        .authorizeHttpRequests(rules -> rules.requestMatchers("/", "/error").permitAll()
            .anyRequest().authenticated())
        .oauth2Login(withDefaults())
        .logout(logout -> logout.logoutRequestMatcher(pathPattern("/logout"))
            .logoutSuccessHandler(atProvider))
        .exceptionHandling(errors -> errors
            .defaultAuthenticationEntryPointFor(unauthorized, pathPattern("/profile"))
            .defaultAuthenticationEntryPointFor(unauthorized, pathPattern("/refresh")))
        .build();
  }
}
