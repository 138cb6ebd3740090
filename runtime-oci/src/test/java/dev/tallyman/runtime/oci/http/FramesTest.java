package dev.tallyman.runtime.oci.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class FramesTest {

  @Test
  void piecesOfBothOutputsAreToldApart() throws IOException {
    Frames frames = frames(1, 0, 0, 0, 0, 0, 0, 2, 'o', 'k', 2, 0, 0, 0, 0, 0, 0, 1, 'e');

    Frames.Frame first = frames.next().orElseThrow();
    assertThat(first.isError()).isFalse();
    assertThat(new String(first.data(), UTF_8)).isEqualTo("ok");
    Frames.Frame second = frames.next().orElseThrow();
    assertThat(second.isError()).isTrue();
    assertThat(new String(second.data(), UTF_8)).isEqualTo("e");
    assertThat(frames.next()).isEmpty();
  }

  @Test
  void aLongFrameComesInPiecesThatKnowTheirBeginning() throws IOException {
    int length = (64 << 10) + 1;
    byte[] bytes = new byte[8 + length];
    ByteBuffer.wrap(bytes).put((byte) 2).putInt(4, length);
    Frames frames = new Frames(new ByteArrayInputStream(bytes));

    Frames.Frame first = frames.next().orElseThrow();
    assertThat(first.isBeginning()).isTrue();
    assertThat(first.data()).hasSize(64 << 10);
    Frames.Frame rest = frames.next().orElseThrow();
    assertThat(rest.isBeginning()).isFalse();
    assertThat(rest.isError()).isTrue();
    assertThat(rest.data()).hasSize(1);
    assertThat(frames.next()).isEmpty();
  }

  @Test
  void whatBreaksOffIsNotTakenForTheEnd() {
    assertThatThrownBy(() -> frames(1, 0, 0).next()).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> frames(1, 0, 0, 0, 0, 0, 0, 2, 'o').next())
        .isInstanceOf(EOFException.class);
  }

  @Test
  void whatIsInNoFramesIsNotRead() {
    assertThatThrownBy(() -> frames('p', 'l', 'a', 'i', 'n', ' ', 't', 'e', 'x', 't').next())
        .isInstanceOf(StrangeAnswer.class);
    assertThatThrownBy(() -> frames(1, 0, 0, 0, 127, 0, 0, 0).next())
        .isInstanceOf(StrangeAnswer.class);
    assertThatThrownBy(() -> frames(1, 0, 0, 0, -1, -1, -1, -1).next())
        .isInstanceOf(StrangeAnswer.class);
  }

  private static Frames frames(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new Frames(new ByteArrayInputStream(bytes));
  }
}
