/** Settings: how one is declared and typed, where its value comes from, which source wins. */
@NullMarked
package dev.v6cert.cli.setting;

import org.jspecify.annotations.NullMarked;
