package dev.v6cert.ipv6.firewall;

import java.util.List;
import java.util.function.Function;

/** Whether something holds, as far as we understand it. */
enum Ternary {
  YES,
  NO,
  UNKNOWN;

  static Ternary of(boolean holds) {
    return holds ? YES : NO;
  }

  Ternary and(Ternary other) {
    return this == NO || other == NO ? NO : this == YES ? other : UNKNOWN;
  }

  Ternary not() {
    return switch (this) {
      case YES -> NO;
      case NO -> YES;
      case UNKNOWN -> UNKNOWN;
    };
  }

  /** Whether the question holds for any of the values. */
  static Ternary any(List<String> values, Function<String, Ternary> question) {
    Ternary any = NO;
    for (String value : values) {
      Ternary one = question.apply(value);
      if (one == YES) {
        return YES;
      }
      any = one == UNKNOWN ? UNKNOWN : any;
    }
    return any;
  }
}
