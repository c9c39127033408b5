package dev.v6cert.acme;

import java.util.List;
import java.util.Optional;

/**
 * A problem document of an authority (RFC 8555 section 6.7, RFC 9457).
 *
 * @param type the error, without the prefix {@code urn:ietf:params:acme:error:}; foreign types
 *     whole
 * @param detail the authority's words; empty text where it gave none
 * @param subject the identifier that it is about, where the authority said
 * @param subproblems the parts, one for each identifier, often none
 */
public record AcmeProblem(
    String type, String detail, Optional<String> subject, List<AcmeProblem> subproblems) {

  /** The namespace of ACME's own errors. */
  public static final String PREFIX = "urn:ietf:params:acme:error:";

  /** Takes ACME's prefix off the type, and copies the parts. */
  public AcmeProblem {
    type = type.startsWith(PREFIX) ? type.substring(PREFIX.length()) : type;
    subproblems = List.copyOf(subproblems);
  }

  /** A problem without parts, about nothing in particular. */
  public static AcmeProblem of(String type, String detail) {
    return new AcmeProblem(type, detail, Optional.empty(), List.of());
  }
}
