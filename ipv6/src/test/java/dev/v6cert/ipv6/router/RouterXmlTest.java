package dev.v6cert.ipv6.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterXmlTest {

  @Test
  void findsTheServiceOfTheTypeAmongOthers() throws Exception {
    String xml =
        """
        <root xmlns="urn:schemas-upnp-org:device-1-0"><device><serviceList>
          <service><serviceType>urn:a:1</serviceType><controlURL>/a</controlURL></service>
          <service><serviceType>urn:b:1</serviceType><controlURL> /b </controlURL></service>
        </serviceList></device></root>
        """;

    assertThat(RouterXml.controlUrl(xml, "urn:b:1")).contains("/b");
    assertThat(RouterXml.controlUrl(xml, "urn:c:1")).isEqualTo(Optional.empty());
  }

  @Test
  void readsAnElementWhateverItsPrefix() throws Exception {
    assertThat(RouterXml.text("<x:a xmlns:x='u'><x:UniqueID>7</x:UniqueID></x:a>", "UniqueID"))
        .contains("7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'http://192.0.2.1/x.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY x 'lol'><!ENTITY y '&x;&x;'>]><a>&y;</a>"
      })
  void refusesWhatIsNoPlainXml(String xml) {
    assertThatThrownBy(() -> RouterXml.text(xml, "a")).isInstanceOf(RouterException.class);
  }
}
