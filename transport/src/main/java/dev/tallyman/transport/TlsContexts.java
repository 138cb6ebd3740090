package dev.tallyman.transport;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** Builds TLS contexts from PEM files, with errors that name the file. */
final class TlsContexts {

  private TlsContexts() {}

  static SslContext client(TlsClient tls) {
    SslContextBuilder builder = GrpcSslContexts.forClient();
    tls.trustedCa()
        .ifPresent(file ->
            builder.trustManager(certificates("CA file", file).toArray(new X509Certificate[0])));
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new TransportException("TLS: " + e.getMessage(), e);
    }
  }

  static SslContext server(TlsServer tls) {
    List<X509Certificate> chain = certificates("certificate file", tls.certificateChain());
    try {
      chain.getFirst().checkValidity();
    } catch (CertificateException e) {
      throw new TransportException(
          "certificate file %s: %s (expected: valid now)"
              .formatted(tls.certificateChain(), e.getMessage()),
          e);
    }
    PrivateFiles.requirePrivate("key file", tls.privateKey());
    try {
      return GrpcSslContexts.forServer(tls.certificateChain().toFile(), tls.privateKey().toFile())
          .build();
    } catch (IllegalArgumentException | SSLException e) {
      throw new TransportException(
          "key file %s: %s (expected: the unencrypted PKCS#8 key of %s, in PEM)"
              .formatted(tls.privateKey(), e.getMessage(), tls.certificateChain()),
          e);
    }
  }

  private static List<X509Certificate> certificates(String what, Path file) {
    List<X509Certificate> found = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        found.add((X509Certificate) certificate);
      }
    } catch (NoSuchFileException e) {
      throw new TransportException(what + " " + file + ": no such file", e);
    } catch (IOException | GeneralSecurityException e) {
      throw new TransportException(
          "%s %s: %s (expected: certificates in PEM)".formatted(what, file, e.getMessage()), e);
    }
    if (found.isEmpty()) {
      throw new TransportException(
          what + " " + file + ": no certificate in it (expected: certificates in PEM)");
    }
    return found;
  }
}
