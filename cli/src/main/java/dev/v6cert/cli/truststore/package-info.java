/**
 * The trust stores of this machine, one class each: who trusts a root, and how it is put in and
 * taken out.
 *
 * <pre>
 *   StoreSearch  finds them        SystemStore   JavaStore   NssStore   MacKeychain   WindowsStore
 *   TrustChange  changes them      StoreFile, TrustJournal: what survives a kill
 * </pre>
 */
@NullMarked
package dev.v6cert.cli.truststore;

import org.jspecify.annotations.NullMarked;
