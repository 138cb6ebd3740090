package dev.tallyman.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate that signs itself, and its key, made by the running JDK's keytool.
 *
 * @param certificate PEM file
 * @param key PEM file, mode 0600
 */
record TestCertificate(Path certificate, Path key) {

  private static final String PASSWORD = "not-a-secret";

  static TestCertificate forLoopback(Path folder) throws Exception {
    return make(folder, "-ext", "san=ip:127.0.0.1,dns:localhost", "-validity", "2");
  }

  static TestCertificate forName(Path folder, String name) throws Exception {
    return make(folder, "-ext", "san=dns:" + name, "-validity", "2");
  }

  static TestCertificate expired(Path folder) throws Exception {
    return make(folder, "-ext", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity", "5");
  }

  TlsServer server() {
    return new TlsServer(certificate, key);
  }

  private static TestCertificate make(Path folder, String... options) throws Exception {
    Files.createDirectories(folder);
    Path store = folder.resolve("store.p12");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(List.of(options));
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    assertThat(keytool.waitFor()).isZero();
    return export(store, folder);
  }

  private static TestCertificate export(Path store, Path folder)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Path certificate =
        pem(folder.resolve("cert.pem"), "CERTIFICATE", keys.getCertificate("server").getEncoded());
    Path key =
        pem(
            folder.resolve("key.pem"),
            "PRIVATE KEY",
            keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
    return new TestCertificate(certificate, key);
  }

  private static Path pem(Path file, String kind, byte[] content) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
