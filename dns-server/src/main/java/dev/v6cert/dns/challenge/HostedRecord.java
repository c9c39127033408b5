package dev.v6cert.dns.challenge;

import java.time.Instant;
import org.xbill.DNS.Record;

/**
 * A record that a client has set.
 *
 * @param record the record, of class IN
 * @param written the time at which it was set
 */
public record HostedRecord(Record record, Instant written) {}
