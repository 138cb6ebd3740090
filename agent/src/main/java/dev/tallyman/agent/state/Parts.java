package dev.tallyman.agent.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The encoded parts of a file that is written again and again, so that only those are encoded which
 * are others than in the last one. For one thread.
 */
final class Parts {

  private record Part(Object source, ByteString bytes) {}

  private Map<String, Part> last = Map.of();
  private Map<String, Part> next = new HashMap<>();

  /**
   * The bytes of a part of the next file.
   *
   * @param uid stands for one part of each file
   * @param source what the part says; the same object always says the same
   */
  @SuppressWarnings("ReferenceEquality") // to compare what they say takes as long as to encode it
  ByteString of(String uid, Object source, Supplier<MessageLite> message) {
    Part before = last.get(uid);
    Part part =
        before != null && before.source() == source
            ? before
            : new Part(source, message.get().toByteString());
    next.put(uid, part);
    return part.bytes();
  }

  /** The next file has all its parts. What it does not have is forgotten. */
  void end() {
    last = next;
    next = HashMap.newHashMap(last.size());
  }
}
