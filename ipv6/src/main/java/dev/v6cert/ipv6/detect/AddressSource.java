package dev.v6cert.ipv6.detect;

import java.io.IOException;

/** Something that can list the addresses of this machine, of one IP family or both. */
@FunctionalInterface
public interface AddressSource {

  /**
   * Reads the addresses as they are now. A machine without any has an empty listing.
   *
   * @throws IOException when this source cannot be read here
   */
  AddressListing read() throws IOException;

  /** This source or, where it cannot be read, the other, whose listing then says why. */
  default AddressSource orElse(AddressSource other) {
    AddressSource best = this;
    // A class, as a lambda costs each start the linking.
    return new AddressSource() {
      @Override
      public AddressListing read() throws IOException {
        try {
          return best.read();
        } catch (IOException e) {
          return other.read().inPlaceOfBetter(String.valueOf(e.getMessage()));
        }
      }
    };
  }
}
