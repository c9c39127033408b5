/** Settings: what can be set, where values come from, and which source wins. */
@NullMarked
package dev.v6cert.cli.setting;

import org.jspecify.annotations.NullMarked;
