package dev.v6cert.dns.challenge;

import java.util.Optional;

/**
 * The state of a record store.
 *
 * @param fault the reason for which nothing can be written now; empty where all is well
 * @param accounts the number of accounts
 * @param names the number of names with records
 * @param writes the number of transactions that were made durable since the start
 * @param failures the number of transactions that were not
 * @param octets the size of the store on disk
 */
public record StoreStatus(
    Optional<String> fault, long accounts, long names, long writes, long failures, long octets) {}
