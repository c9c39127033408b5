package dev.v6cert.cli.setting;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be set: by its flag, and unless it is {@code onlyFlag} also by its environment
 * variable and its key in a settings file.
 *
 * @param key the name in a settings file, such as {@code http-port} or {@code dns-server.zone}; no
 *     two settings of a command have the same
 * @param flag the option on the command line, such as {@code --http-port}
 * @param kind how many values it takes
 * @param onlyFlag whether it is an act of the moment ({@code --force}) and no lasting setting
 * @param reader makes the value of its texts; throws {@link IllegalArgumentException} with the
 *     reason
 * @param fallback the text that stands when nothing is set
 * @param guide the help for people and for shells
 */
public record Setting<T>(
    String key,
    String flag,
    Kind kind,
    boolean onlyFlag,
    Function<List<String>, T> reader,
    Optional<String> fallback,
    Guide guide) {

  /**
   * The help with a setting.
   *
   * @param label the value in usage texts, such as {@code ADDRESS}; empty for switches
   * @param text one or two lines for people
   * @param offer the values that a shell offers
   */
  public record Guide(String label, String text, ValueCompletion offer) {}

  /** The number of values that a setting takes. */
  public enum Kind {
    /** None on the command line; {@code true} or {@code false} elsewhere. */
    SWITCH,
    /** Exactly one. */
    ONE,
    /** The flag may be repeated; in a file or a variable the values stand apart by blanks. */
    MANY
  }

  private static final String PREFIX = "V6CERT_";

  /**
   * Whether {@code other} is the setting with this key. The JVM would link the method that a record
   * has of itself anew in each process, at a cost of milliseconds.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Setting<?> setting && setting.key.equals(key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  /** The settings of all groups, in their order. */
  @SafeVarargs
  public static List<Setting<?>> join(List<Setting<?>>... groups) {
    List<Setting<?>> all = new ArrayList<>();
    for (List<Setting<?>> group : groups) {
      all.addAll(group);
    }
    return List.copyOf(all);
  }

  /** The settings of a group but one. */
  public static List<Setting<?>> without(List<Setting<?>> group, Setting<?> one) {
    List<Setting<?>> others = new ArrayList<>(group);
    others.remove(one);
    return List.copyOf(others);
  }

  /** A switch, off unless set. */
  public static Setting<Boolean> ofSwitch(String key) {
    return new Setting<>(
        key,
        "--" + key,
        Kind.SWITCH,
        false,
        Setting::truth,
        Optional.of("false"),
        new Guide("", "", new ValueCompletion.Nothing()));
  }

  /** A setting with one value. */
  public static <T> Setting<T> of(String key, String label, Function<String, T> reader) {
    return new Setting<>(
        key,
        "--" + key,
        Kind.ONE,
        false,
        texts -> reader.apply(texts.getLast()),
        Optional.empty(),
        new Guide(label, "", ValueCompletion.of(label)));
  }

  /** A setting with one of a few words as its value. */
  public static <T> Setting<T> of(String key, String label, Choice<T> choice) {
    return of(key, label, choice::read).offers(choice.words().toArray(String[]::new));
  }

  /** A setting with one of a few words as its value, which are its label, too. */
  public static <T> Setting<T> of(String key, Choice<T> choice) {
    return of(key, choice.label(), choice);
  }

  /** A setting with any number of values. */
  public static <T> Setting<List<T>> ofMany(String key, String label, Function<String, T> reader) {
    return new Setting<>(
        key,
        "--" + key,
        Kind.MANY,
        false,
        texts -> texts.stream().map(reader).toList(),
        Optional.empty(),
        new Guide(label, "", ValueCompletion.of(label)));
  }

  /** This setting with a default, in the text form that a file would hold. */
  public Setting<T> orElse(String text) {
    return new Setting<>(key, flag, kind, onlyFlag, reader, Optional.of(text), guide);
  }

  /** This setting with its help text. */
  public Setting<T> help(String text) {
    return with(new Guide(label(), text, offer()));
  }

  /** This setting as an act of the moment, known to the command line alone. */
  public Setting<T> onlyAsFlag() {
    return new Setting<>(key, flag, kind, true, reader, fallback, guide);
  }

  /** This setting with its key, not its flag, below {@code prefix}: {@code prefix.key}. */
  public Setting<T> under(String prefix) {
    return new Setting<>(prefix + "." + key, flag, kind, onlyFlag, reader, fallback, guide);
  }

  /** This setting with the words that a shell offers for its value. */
  public Setting<T> offers(String... words) {
    return offers(new ValueCompletion.Words(List.of(words)));
  }

  /** This setting with what a shell offers for its value. */
  public Setting<T> offers(ValueCompletion values) {
    return with(new Guide(label(), help(), values));
  }

  private Setting<T> with(Guide other) {
    return new Setting<>(key, flag, kind, onlyFlag, reader, fallback, other);
  }

  /** The value in usage texts, such as {@code ADDRESS}; empty for switches. */
  public String label() {
    return guide.label();
  }

  /** One or two lines for people. */
  public String help() {
    return guide.text();
  }

  /** The values that a shell offers. */
  public ValueCompletion offer() {
    return guide.offer();
  }

  /** The environment variable of this setting: {@code V6CERT_DNS_SERVER_ZONE}. */
  public String variable() {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
  }

  /** The option as it is typed: {@code --zone=ZONE}. */
  public String usage() {
    return kind == Kind.SWITCH ? flag : flag + "=" + label();
  }

  /** The help text, with the default where there is one. */
  public String explanation() {
    return kind == Kind.SWITCH || fallback.isEmpty()
        ? help()
        : help() + " (default: " + fallback.get() + ")";
  }

  private static boolean truth(List<String> texts) {
    return switch (texts.getLast().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> throw new IllegalArgumentException("it is neither true nor false");
    };
  }
}
