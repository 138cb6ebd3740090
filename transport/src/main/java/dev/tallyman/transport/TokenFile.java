package dev.tallyman.transport;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/**
 * Puts the token of a file on each call. A call whose token cannot be read fails with
 * UNAUTHENTICATED and the reason, and is not sent.
 */
final class TokenFile extends CallCredentials implements ClientInterceptor {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final String SCHEME = "Bearer ";

  private static final int MAX_BYTES = 4096;
  // RFC 6750, section 2.1.
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final Path file;

  TokenFile(Path file) {
    this.file = file;
  }

  /**
   * Reads the token.
   *
   * @throws TransportException if there is none, or others may read it; the message never holds it
   */
  String read() {
    PrivateFiles.requirePrivate("token file", file);
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new TransportException("token file " + file + ": " + e.getMessage(), e);
    }
    if (content.length > MAX_BYTES) {
      throw new TransportException(
          "token file " + file + ": larger than " + MAX_BYTES + " bytes (expected: one token)");
    }
    String token = new String(content, StandardCharsets.ISO_8859_1).stripTrailing();
    if (!TOKEN.matcher(token).matches()) {
      throw new TransportException(
          "token file "
              + file
              + (token.isEmpty() ? ": empty" : ": not a token")
              + " (expected: one line of letters, digits and -._~+/=)");
    }
    return token;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return next.newCall(method, options.withCallCredentials(this));
  }

  @Override
  public void applyRequestMetadata(
      RequestInfo requestInfo, Executor executor, MetadataApplier applier) {
    executor.execute(() -> apply(applier));
  }

  private void apply(MetadataApplier applier) {
    Metadata headers = new Metadata();
    try {
      headers.put(AUTHORIZATION, SCHEME + read());
    } catch (TransportException e) {
      applier.fail(Status.UNAUTHENTICATED.withDescription(e.getMessage()).withCause(e));
      return;
    }
    applier.apply(headers);
  }
}
