package dev.v6cert.ipv6.firewall;

/**
 * A rule, as seen by one packet.
 *
 * @param text as its tool prints it
 * @param matches whether the packet is one that it is for
 * @param action what it does then
 */
record Rule(String text, Ternary matches, Action action) {}
