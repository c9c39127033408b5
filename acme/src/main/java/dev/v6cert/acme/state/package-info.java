/**
 * The state directory and its files: quick to read, on the JDK alone, and safe from a kill at any
 * moment.
 *
 * <pre>
 *   accounts/&lt;ca-host&gt;/&lt;path&gt;/{privkey.pem, account.properties}
 *   archive/&lt;lineage&gt;/&lt;N&gt;/{cert,chain,fullchain,privkey}.pem    one directory a generation
 *   archive/&lt;lineage&gt;/order-&lt;N&gt;/              key and order of the issuance that is under way
 *   archive/&lt;lineage&gt;/next.tmp/                the generation being written
 *   live/&lt;lineage&gt; → ../archive/&lt;lineage&gt;/&lt;N&gt;    one link: one rename swaps all four files
 *   renewal/&lt;lineage&gt;.properties               what is needed to renew
 *   hooks/&lt;lineage&gt;.properties                how its hooks ended, and which are to be run again
 *   local-ca/{authority.properties, root.pem}  the authority of this machine, once it was used
 *   ledger.properties                          what authorities issued and when they said "not before"
 *   lock                                       held while anything is written
 * </pre>
 */
@NullMarked
package dev.v6cert.acme.state;

import org.jspecify.annotations.NullMarked;
