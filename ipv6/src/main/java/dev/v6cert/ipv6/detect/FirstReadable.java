package dev.v6cert.ipv6.detect;

import java.io.IOException;

/** A source and the one to use where it cannot be read. */
record FirstReadable(AddressSource best, AddressSource other) implements AddressSource {
  @Override
  public AddressListing read() throws IOException {
    try {
      return best.read();
    } catch (IOException e) {
      return other.read().inPlaceOfBetter(String.valueOf(e.getMessage()));
    }
  }
}
