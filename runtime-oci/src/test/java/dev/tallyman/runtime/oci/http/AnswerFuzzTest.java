package dev.tallyman.runtime.oci.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.stream.JsonReader;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Whatever bytes an engine sends, they are an answer or an {@link IOException}. */
class AnswerFuzzTest {

  private static final int MAX_BODY = 1 << 16;

  @FuzzTest
  void bytesAreAnAnswerOverHttpOrAFailure(byte[] input) {
    try (Exchange exchange = new Exchange()) {
      EmbeddedChannel channel = new EmbeddedChannel(EngineHttp.codec(), exchange);
      channel.writeOutbound(
          new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/containers/json"));
      channel.releaseOutbound();
      channel.writeInbound(Unpooled.wrappedBuffer(input));
      var _ = channel.close();
      Exchange.Head head = exchange.awaitHead();
      assertThat(head.status()).isGreaterThanOrEqualTo(0);
      try (InputStream body = exchange.body(MAX_BODY)) {
        assertThat(body.readAllBytes()).hasSizeLessThanOrEqualTo(MAX_BODY);
      }
      channel.checkException();
    } catch (IOException failure) {
      assertThat(failure).message().isNotBlank();
    }
  }

  @FuzzTest
  void bytesAreOneJsonValueOrAFailure(byte[] input) {
    try {
      Json value = Json.read(new ByteArrayInputStream(input));
      walk(value);
      if (value.isPresent()) {
        Json again = Json.parse(value.toString());
        assertThat(again.toString()).isEqualTo(value.toString());
      }
    } catch (IOException failure) {
      assertThat(failure).message().isNotBlank();
    }
  }

  @FuzzTest
  void bytesAreAStreamOfJsonObjectsOrAFailure(byte[] input) {
    JsonReader reader = Json.readerOf(new ByteArrayInputStream(input));
    try {
      for (Optional<Json> next = Json.nextOf(reader);
          next.isPresent();
          next = Json.nextOf(reader)) {
        assertThat(next.get().isObject()).isTrue();
        walk(next.get());
      }
    } catch (IOException failure) {
      assertThat(failure).message().isNotBlank();
    }
  }

  @FuzzTest
  void bytesAreFramesOfOutputOrAFailure(byte[] input) {
    Frames frames = new Frames(new ByteArrayInputStream(input));
    long told = 0;
    try {
      for (Optional<Frames.Frame> next = frames.next(); next.isPresent(); next = frames.next()) {
        told += next.get().data().length;
      }
    } catch (IOException failure) {
      assertThat(failure).message().isNotBlank();
    }
    assertThat(told).isLessThanOrEqualTo(input.length);
  }

  /** Asks everything that can be asked. */
  private static void walk(Json value) {
    assertThat(value.at("a").text()).isNotNull();
    assertThat(value.at(0).number()).isNotNull();
    assertThat(value.number()).isNotNull();
    assertThat(value.isTrue() && value.isList()).isFalse();
    value.items().forEach(AnswerFuzzTest::walk);
    value.fields().values().forEach(AnswerFuzzTest::walk);
  }
}
