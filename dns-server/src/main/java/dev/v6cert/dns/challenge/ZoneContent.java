package dev.v6cert.dns.challenge;

import java.util.List;

/**
 * The records of a store at one moment.
 *
 * @param serial the serial of the store
 * @param names the records of each name that has any
 */
public record ZoneContent(long serial, List<List<HostedRecord>> names) {}
