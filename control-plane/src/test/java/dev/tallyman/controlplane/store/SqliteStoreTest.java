package dev.tallyman.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {

  @TempDir private Path folder;

  @Override
  SqliteStore open() {
    return SqliteStore.open(
        folder.resolve("store"), () -> UUID.randomUUID().toString(), () -> NOW, MAX_TOMBSTONES);
  }

  @Test
  void folder_is_private() throws IOException {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("store"))))
        .isEqualTo("rwx------");
  }

  @Test
  void second_process_is_refused() {
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(
            "store folder " + folder.resolve("store") + ": in use by another process");
    put("n1", workload("u1", "a"));
  }

  @Test
  void file_that_is_no_database_is_refused_and_left_alone() throws IOException {
    store.close();
    Files.writeString(database(), "these are my notes, and not a database".repeat(100));
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(database() + ": not a database (expected: a control plane's store");
    assertThat(database()).content().startsWith("these are my notes");
    clear();
  }

  @Test
  void database_of_another_program_is_refused_and_left_alone() throws Exception {
    store.close();
    clear();
    store.close();
    Files.delete(database());
    sql("CREATE TABLE customers (name TEXT)");
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(database() + ": a database of another program");
    sql("INSERT INTO customers VALUES ('still here')");
    clear();
  }

  @Test
  void database_of_a_newer_version_is_refused() throws Exception {
    store.close();
    sql("INSERT INTO migrations VALUES (99, 'from the future', 'tomorrow')");
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(
            database() + ": written by a newer version, schema 99 (expected: at most 1)");
    sql("DELETE FROM migrations WHERE version = 99");
    store = open();
  }

  @Test
  void damaged_database_is_refused_with_what_to_do() throws Exception {
    for (int i = 0; i < 300; i++) {
      put("n1", workload("u" + i, "w" + i));
    }
    store.close();
    byte[] garbage = new byte[4096];
    Arrays.fill(garbage, (byte) 0x5A);
    try (FileChannel file = FileChannel.open(database(), StandardOpenOption.WRITE)) {
      for (long page = 3; page < file.size() / 4096; page++) {
        file.write(ByteBuffer.wrap(garbage), page * 4096);
      }
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(database() + ": damaged (")
        .hasMessageContaining("restore it from a backup, or move it away")
        .hasMessageContaining("nodes then keep what they run");
    clear();
  }

  @Test
  void native_library_is_unpacked_beside_the_data_and_copies_of_killed_processes_are_cleared()
      throws IOException {
    store.close();
    Path left = folder.resolve("store/native/left-by-a-killed-process");
    Files.writeString(left, "");
    store = open();
    assertThat(left).doesNotExist();
  }

  /** Begins anew. */
  private void clear() throws IOException {
    for (String suffix : new String[] {"", "-wal", "-shm"}) {
      Files.deleteIfExists(Path.of(database() + suffix));
    }
    store = open();
  }

  private Path database() {
    return folder.resolve("store/control-plane.db");
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
        Statement sql = connection.createStatement()) {
      sql.executeUpdate(statement);
    }
  }
}
