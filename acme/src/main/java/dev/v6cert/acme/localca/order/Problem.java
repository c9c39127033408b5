package dev.v6cert.acme.localca.order;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A refusal (RFC 7807).
 *
 * @param detail a sentence for people
 */
public record Problem(ProblemType type, String detail) {

  /** The fields of the document. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type.urn());
    fields.put("detail", detail);
    fields.put("status", type.status());
    return fields;
  }
}
