package dev.v6cert.dns.challenge;

import java.util.Optional;

/**
 * The state of a record store.
 *
 * @param fault the reason for which nothing can be written now; empty where all is well
 * @param held its content in memory
 * @param writes the number of transactions that were made durable since the start
 * @param failures the number of transactions that were not
 * @param octets the size of the store on disk
 */
public record StoreStatus(
    Optional<String> fault, Held held, long writes, long failures, long octets) {

  /**
   * The content in memory.
   *
   * @param accounts the number of accounts
   * @param names the number of names with records
   * @param octets the memory that it takes, with room for two values of each account
   * @param mostOctets the memory from which on accounts are refused
   */
  public record Held(long accounts, long names, long octets, long mostOctets) {}
}
