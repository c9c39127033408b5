package dev.v6cert.dns.answer;

/**
 * A zone as it is served.
 *
 * @param responder answers every question about the zone
 * @param summary the facts by which the fast path answers most of them alike
 */
public record ServedZone(Responder responder, ZoneSummary summary) {}
