package dev.v6cert.acme.state;

import dev.v6cert.acme.AcmeFailureException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The {@code .properties} syntax, in UTF-8, keys in order, no date. */
public final class PropertiesText {

  private PropertiesText() {}

  public static Map<String, String> read(Path file) throws AcmeFailureException {
    try {
      Properties properties = new Properties();
      properties.load(new StringReader(Files.readString(file)));
      Map<String, String> values = new TreeMap<>();
      for (String key : properties.stringPropertyNames()) {
        values.put(key, properties.getProperty(key));
      }
      return values;
    } catch (CharacterCodingException e) {
      throw StateFailures.corrupt(file, "it is not UTF-8");
    } catch (IllegalArgumentException e) {
      throw StateFailures.corrupt(file, "it is not a .properties file");
    } catch (IOException e) {
      throw StateFailures.unreadable(file, e);
    }
  }

  public static String format(Map<String, String> values) throws IOException {
    Properties properties = new Properties();
    properties.putAll(values);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    return text.toString()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .sorted()
            .collect(Collectors.joining("\n"))
        + "\n";
  }
}
