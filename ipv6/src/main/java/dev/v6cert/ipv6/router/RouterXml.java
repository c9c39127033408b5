package dev.v6cert.ipv6.router;

import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Reads the XML of routers; it is a stranger's, so without document types and entities. */
final class RouterXml {

  /** The most characters of a router's own words that people are shown. */
  private static final int MOST_WORDS = 80;

  private RouterXml() {}

  /** A stranger's words, no longer than people read. */
  static String shortened(String words) {
    return words.length() <= MOST_WORDS ? words : words.substring(0, MOST_WORDS) + "...";
  }

  /** The text of the first element of the name, whatever its prefix; empty where there is none. */
  static Optional<String> text(String xml, String name) throws RouterException {
    return first(read(xml).getElementsByTagNameNS("*", name));
  }

  /**
   * The address at which the service of the type takes actions; empty where the device does not
   * have it.
   */
  static Optional<String> controlUrl(String xml, String serviceType) throws RouterException {
    NodeList services = read(xml).getElementsByTagNameNS("*", "service");
    for (int i = 0; i < services.getLength(); i++) {
      if (services.item(i) instanceof Element service
          && first(service.getElementsByTagNameNS("*", "serviceType"))
              .filter(serviceType::equals)
              .isPresent()) {
        return first(service.getElementsByTagNameNS("*", "controlURL"));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> first(NodeList elements) {
    return elements.getLength() == 0
        ? Optional.empty()
        : Optional.ofNullable(elements.item(0).getTextContent()).map(String::strip);
  }

  private static Document read(String xml) throws RouterException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler()); // The default one writes to standard error.
      return builder.parse(new InputSource(new StringReader(xml)));
    } catch (SAXException | IOException e) {
      throw new RouterException("the router's XML cannot be read");
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's parser has no such feature", e);
    }
  }
}
