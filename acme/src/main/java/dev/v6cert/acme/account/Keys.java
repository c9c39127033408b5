package dev.v6cert.acme.account;

import dev.v6cert.acme.KeyType;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** Makes keys, with the JDK's own providers: to register Bouncy Castle costs half a second. */
public final class Keys {

  private Keys() {}

  public static KeyPair generate(KeyType type) {
    return switch (type) {
      case EC256 -> ec("secp256r1");
      case EC384 -> ec("secp384r1");
      case RSA2048 -> rsa(2048);
      case RSA4096 -> rsa(4096);
    };
  }

  private static KeyPair ec(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + curve, e);
    }
  }

  private static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSA", e);
    }
  }
}
