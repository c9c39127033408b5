package dev.v6cert.acme.issue;

import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.exception.AcmeException;

/** Places orders. */
final class Orders {

  private Orders() {}

  static Order place(Login login, IssuanceRequest request) throws AcmeException {
    OrderBuilder builder = login.newOrder();
    for (Subject subject : request.subjects()) {
      // Identifier.ip() would write the JDK's text of an address, which authorities refuse.
      builder.identifier(new Identifier(subject.type(), subject.value()));
    }
    request.profile().ifPresent(builder::profile);
    return builder.create();
  }
}
