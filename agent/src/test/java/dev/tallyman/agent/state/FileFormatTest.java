package dev.tallyman.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.agent.state.FileFormat.CorruptException;
import dev.tallyman.agent.state.FileFormat.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FileFormatTest {

  private static final byte[] PAYLOAD = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  @Test
  void whatWasEncodedIsDecoded() throws CorruptException {
    assertThat(FileFormat.decode(Kind.HISTORY, FileFormat.encode(Kind.HISTORY, PAYLOAD)))
        .isEqualTo(PAYLOAD);
    assertThat(FileFormat.decode(Kind.DESIRED, FileFormat.encode(Kind.DESIRED, new byte[0])))
        .isEmpty();
  }

  @Test
  void aFileThatWasCutAnywhereIsKnownForIt() {
    byte[] file = FileFormat.encode(Kind.HISTORY, PAYLOAD);
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> FileFormat.decode(Kind.HISTORY, cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void aFileThatGrewIsKnownForIt() {
    byte[] file = FileFormat.encode(Kind.HISTORY, PAYLOAD);
    assertThatThrownBy(() -> FileFormat.decode(Kind.HISTORY, Arrays.copyOf(file, file.length + 1)))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("10 bytes after its header (expected: 9)");
  }

  @Test
  void aBitThatFlippedAnywhereIsSeen() {
    byte[] file = FileFormat.encode(Kind.HISTORY, PAYLOAD);
    for (int i = 0; i < file.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = file.clone();
        flipped[i] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> FileFormat.decode(Kind.HISTORY, flipped))
            .as("bit %d of byte %d", bit, i)
            .isInstanceOf(CorruptException.class);
      }
    }
  }

  @Test
  void aFileOfAnotherKindIsNotMistakenForOne() {
    byte[] file = FileFormat.encode(Kind.IDENTITY, PAYLOAD);
    assertThatThrownBy(() -> FileFormat.decode(Kind.HISTORY, file))
        .isInstanceOf(CorruptException.class)
        .hasMessage("It is a file of another kind (expected: HISTORY).");
  }

  @Test
  void aFileOfANewerAgentIsNotGuessedAt() {
    byte[] file = FileFormat.encode(Kind.HISTORY, PAYLOAD);
    file[9] = 2;
    assertThatThrownBy(() -> FileFormat.decode(Kind.HISTORY, file))
        .isInstanceOf(CorruptException.class)
        .hasMessage("It has format version 2, written by a newer agent (expected: at most 1).");
  }
}
