package dev.v6cert.ipv6.firewall;

import java.util.List;
import java.util.function.Function;

/** Whether something holds, as far as we understand it. */
enum Truth {
  YES,
  NO,
  UNKNOWN;

  static Truth of(boolean holds) {
    return holds ? YES : NO;
  }

  Truth and(Truth other) {
    return this == NO || other == NO ? NO : this == YES ? other : UNKNOWN;
  }

  Truth not() {
    return switch (this) {
      case YES -> NO;
      case NO -> YES;
      case UNKNOWN -> UNKNOWN;
    };
  }

  /** Whether the question holds for any of the values. */
  static Truth any(List<String> values, Function<String, Truth> question) {
    Truth any = NO;
    for (String value : values) {
      Truth one = question.apply(value);
      if (one == YES) {
        return YES;
      }
      any = one == UNKNOWN ? UNKNOWN : any;
    }
    return any;
  }
}
