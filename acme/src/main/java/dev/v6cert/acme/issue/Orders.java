package dev.v6cert.acme.issue;

import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import java.util.Optional;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.exception.AcmeException;

/** Places orders. */
final class Orders {

  private Orders() {}

  /** Places the order, as that of a replacement where one is given. */
  static Order place(Login login, IssuanceRequest request, Optional<Replacement> replacement)
      throws AcmeException {
    OrderBuilder builder = login.newOrder();
    for (Subject subject : request.subjects()) {
      // Identifier.ip() would write the JDK's text of an address, which authorities refuse.
      builder.identifier(new Identifier(subject.type(), subject.value()));
    }
    request.profile().ifPresent(builder::profile);
    replacement.ifPresent(it -> builder.replaces(it.id()));
    return builder.create();
  }
}
