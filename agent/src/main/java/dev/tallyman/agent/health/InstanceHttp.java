package dev.tallyman.agent.health;

import dev.tallyman.agent.model.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * HTTP to instances of this host: one request on a connection of its own, of whose answer only the
 * status is read. Any header can be set, {@code Host} too.
 *
 * <p>Certificates are not looked at, as with a kubelet's probes: they are made for the names by
 * which clients know the service, and a probe proves that it answers, not who it is. Nothing but
 * probes may use this.
 */
final class InstanceHttp implements AutoCloseable {

  private static final int FIRST_FINAL_STATUS = 200;

  /** An answer is a status line and headers; what has more is no answer to a probe. */
  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxLineLength(16 << 10).setMaxHeaderCount(200).build();

  private final SSLSocketFactory tls = trustingAnybody();

  /** Closes connections whose time is over: a timeout of a socket begins anew with each byte. */
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("probe-deadlines").factory());

  InstanceHttp() {
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /**
   * The status of the answer to a GET. Redirects are not followed.
   *
   * @param timeout until the headers of the answer are there
   * @throws SocketTimeoutException if they were not in time
   * @throws IOException if there was no answer in HTTP
   */
  int status(InetSocketAddress address, Probe.Http check, Duration timeout) throws IOException {
    AtomicBoolean late = new AtomicBoolean();
    try (Socket socket = new Socket()) {
      ScheduledFuture<?> deadline =
          deadlines.schedule(
              () -> {
                late.set(true);
                end(socket);
              },
              timeout.toNanos(),
              TimeUnit.NANOSECONDS);
      try {
        socket.connect(address);
        return switch (check.scheme()) {
          case HTTP -> exchange(socket, address, check);
          case HTTPS -> {
            try (SSLSocket secure =
                (SSLSocket) tls.createSocket(socket, literal(address), address.getPort(), true)) {
              yield exchange(secure, address, check);
            }
          }
        };
      } finally {
        deadline.cancel(false);
      }
    } catch (IOException e) {
      throw late.get()
          ? new SocketTimeoutException("no answer within " + timeout.toMillis() + " ms")
          : e;
    }
  }

  private static int exchange(Socket socket, InetSocketAddress address, Probe.Http check)
      throws IOException {
    try (DefaultBHttpClientConnection connection = new DefaultBHttpClientConnection(BOUNDS)) {
      connection.bind(socket);
      connection.sendRequestHeader(request(address, check));
      connection.flush();
      int status = 0;
      while (status < FIRST_FINAL_STATUS) {
        try (ClassicHttpResponse response = connection.receiveResponseHeader()) {
          status = response.getCode();
        }
      }
      return status;
    } catch (HttpException e) {
      throw new IOException("not an answer in HTTP: " + e.getMessage(), e);
    }
  }

  private static ClassicHttpRequest request(InetSocketAddress address, Probe.Http check) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put(HttpHeaders.HOST, literal(address) + ":" + address.getPort());
    headers.put(HttpHeaders.USER_AGENT, "tallyman-probe");
    headers.put(HttpHeaders.ACCEPT, "*/*");
    headers.putAll(check.headers());
    headers.put(HttpHeaders.CONNECTION, "close");
    ClassicHttpRequest request = new BasicClassicHttpRequest("GET", check.path());
    headers.forEach(request::setHeader);
    return request;
  }

  private static String literal(InetSocketAddress address) {
    String text = address.getAddress().getHostAddress();
    return text.indexOf(':') >= 0 ? "[" + text + "]" : text;
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Requests under way end as they would. */
  @Override
  public void close() {
    deadlines.shutdown();
  }

  private static SSLSocketFactory trustingAnybody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
