package dev.v6cert.dns.telemetry;

import java.util.OptionalInt;
import org.xbill.DNS.Type;

/** The record types that are counted apart. */
public enum QueryKind {
  A,
  AAAA,
  ANY,
  CAA,
  CNAME,
  DNSKEY,
  DS,
  HTTPS,
  MX,
  NS,
  PTR,
  SOA,
  SRV,
  SVCB,
  TXT,
  /** Any other type. */
  OTHER,
  /** There was no question to read. */
  NONE;

  /** The kind of a query for {@code type}. */
  public static QueryKind of(OptionalInt type) {
    return type.isEmpty() ? NONE : of(type.getAsInt());
  }

  /** The kind of a query for {@code type}. */
  public static QueryKind of(int type) {
    return switch (type) {
      case Type.A -> A;
      case Type.AAAA -> AAAA;
      case Type.ANY -> ANY;
      case Type.CAA -> CAA;
      case Type.CNAME -> CNAME;
      case Type.DNSKEY -> DNSKEY;
      case Type.DS -> DS;
      case Type.HTTPS -> HTTPS;
      case Type.MX -> MX;
      case Type.NS -> NS;
      case Type.PTR -> PTR;
      case Type.SOA -> SOA;
      case Type.SRV -> SRV;
      case Type.SVCB -> SVCB;
      case Type.TXT -> TXT;
      default -> OTHER;
    };
  }
}
