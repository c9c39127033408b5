package dev.v6cert.ipv6.selection;

import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;

/**
 * The reason why an address of this machine was not chosen; the text of each says it in half a
 * sentence.
 */
public sealed interface Rejection {

  /** No public certificate authority signs it. */
  record NotPublic(AddressScope scope) implements Rejection {
    @Override
    public String toString() {
      return scope.toString();
    }
  }

  /** Another interface was asked for. */
  record OtherInterface(String wanted) implements Rejection {
    @Override
    public String toString() {
      return "not on the interface " + wanted;
    }
  }

  /** Another address was asked for. */
  record OtherAddress(IpAddress wanted) implements Rejection {
    @Override
    public String toString() {
      return "not the address " + wanted;
    }
  }

  /** Another host on the link has the same address. */
  record Duplicate() implements Rejection {
    @Override
    public String toString() {
      return "another host on the link has it (duplicate address detection failed)";
    }
  }

  /** Its interface is switched off or has no link. */
  record InterfaceDown(String name) implements Rejection {
    @Override
    public String toString() {
      return "the interface " + name + " is down";
    }
  }

  /** The check for duplicates was still running. */
  record Tentative() implements Rejection {
    @Override
    public String toString() {
      return "the check for duplicates is still running (tentative)";
    }
  }

  /**
   * It would do, but the other family is used.
   *
   * @param by the address that was chosen
   */
  record OtherFamily(IpAddress by) implements Rejection {
    @Override
    public String toString() {
      return by.family() == IpFamily.IPV6
          ? "IPv6 comes first; --family ipv4 takes this one"
          : by + " is in use already; --family ipv6 takes this one";
    }
  }

  /**
   * It would do, but another address is better.
   *
   * @param by the address that was chosen
   * @param rule the first rule by which the two differ
   */
  record Outranked(IpAddress by, RankingRule rule) implements Rejection {
    @Override
    public String toString() {
      return by + " is better: " + rule.loss() + " (rule " + rule.number() + ")";
    }
  }
}
