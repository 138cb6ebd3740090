package dev.tallyman.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.StringValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PartsTest {

  private final Parts parts = new Parts();
  private final List<String> encoded = new ArrayList<>();

  private Supplier<MessageLite> message(String text) {
    return () -> {
      encoded.add(text);
      return StringValue.of(text);
    };
  }

  private static ByteString bytes(String text) {
    return StringValue.of(text).toByteString();
  }

  @Test
  void onlyWhatIsAnotherThanInTheLastFileIsEncoded() {
    Object kept = new Object();
    assertThat(parts.of("u1", kept, message("one"))).isEqualTo(bytes("one"));
    assertThat(parts.of("u2", new Object(), message("two"))).isEqualTo(bytes("two"));
    parts.end();

    assertThat(parts.of("u1", kept, message("one"))).isEqualTo(bytes("one"));
    assertThat(parts.of("u2", new Object(), message("changed"))).isEqualTo(bytes("changed"));
    assertThat(encoded).containsExactly("one", "two", "changed");
  }

  @Test
  void oneSourceOfTwoUidsHasTwoEncodings() {
    Object shared = new Object();
    var _ = parts.of("u1", shared, message("one"));
    assertThat(parts.of("u2", shared, message("two"))).isEqualTo(bytes("two"));
    parts.end();

    assertThat(parts.of("u2", shared, message("two"))).isEqualTo(bytes("two"));
    assertThat(encoded).containsExactly("one", "two");
  }

  @Test
  void whatAFileDoesNotHaveIsForgotten() {
    Object source = new Object();
    var _ = parts.of("u1", source, message("one"));
    parts.end();
    parts.end();

    var _ = parts.of("u1", source, message("one"));
    assertThat(encoded).containsExactly("one", "one");
  }
}
