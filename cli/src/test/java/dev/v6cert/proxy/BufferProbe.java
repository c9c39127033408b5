package dev.v6cert.proxy;

import dev.v6cert.proxy.limit.Capacity;
import io.undertow.connector.ByteBufferPool;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Prints the buffers that a server has in this JVM: their size, and whether they are direct. */
final class BufferProbe {

  private BufferProbe() {}

  public static void main(String[] arguments) throws Exception {
    try (Acceptor server =
            Acceptor.http(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                Capacity.ample(),
                exchange -> {
                  ByteBufferPool pool = exchange.getConnection().getByteBufferPool();
                  System.out.println(pool.getBufferSize() + " " + pool.isDirect());
                  exchange.endExchange();
                });
        Socket client = new Socket(server.address().getAddress(), server.address().getPort())) {
      client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = client.getInputStream();
      while (in.read() >= 0) {}
    }
  }
}
