package dev.v6cert.cli.up;

import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.RebindingFilter;
import dev.v6cert.cli.terminal.Console;

/**
 * A look at what keeps devices of the same network from a link: a resolver that withholds private
 * addresses. It goes on in the background, once the link is printed, and ends within a few seconds.
 */
final class LinkCheck {

  private final Console console;

  LinkCheck(Console console) {
    this.console = console;
  }

  /** Warns of a filter that withholds the names of a local network. */
  void ofName(Lineage lineage) {
    begin(() ->
        RebindingFilter.look(lineage.subjects()).flatMap(Finding::line).ifPresent(console::warn));
  }

  /** Something that may take a while. */
  private interface Look {
    void run() throws InterruptedException;
  }

  private static void begin(Look look) {
    Thread.ofPlatform()
        .daemon()
        .name("link-check")
        .start(() -> {
          try {
            look.run();
          } catch (InterruptedException e) {
            // Nobody interrupts this thread.
          }
        });
  }
}
