package dev.tallyman.agent.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.TestLoop;
import dev.tallyman.agent.actuate.Housekeeping;
import dev.tallyman.agent.loop.Workloads;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.LogChunk;
import dev.tallyman.proto.v1.NodeGrpc;
import dev.tallyman.proto.v1.NodeWorkloadKey;
import dev.tallyman.proto.v1.ReadLogsRequest;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.LogSink;
import dev.tallyman.runtime.testkit.EngineTime;
import dev.tallyman.runtime.testkit.InMemoryEngine;
import dev.tallyman.runtime.testkit.InMemoryRuntime;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.RunningServer;
import dev.tallyman.transport.ServerSpec;
import dev.tallyman.transport.Servers;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers on the node's socket that mean harm, or are broken. What each may do has a bound, and a
 * normal client is answered meanwhile and afterwards.
 */
@Timeout(120)
class HostileCallersTest {

  private static final int CONNECTIONS = 1000;

  private final Path socket;
  private final TestLoop loop = new TestLoop();
  private final TestLoop.Serving serving = loop.serve();
  private final InMemoryEngine engine = new InMemoryEngine(EngineTime.real());
  private final ContainerRuntime runtime =
      new InMemoryRuntime(TestLoop.RUNTIME, "n1", engine, Deadlines.DEFAULT);
  private final List<RawCaller> callers = new ArrayList<>();
  private final NodeService service;
  private final RunningServer server;
  private final ManagedChannel channel;

  HostileCallersTest(@TempDir Path folder) {
    socket = folder.resolve("run/agent.sock");
    service =
        new NodeService(
            TestLoop.FACTS,
            TestLoop.NOW,
            loop.statuses,
            loop.node,
            loop.events,
            loop.inbox,
            (_, _) -> Optional.empty(),
            new Housekeeping(Map::of),
            name -> Optional.of(runtime).filter(_ -> name.equals(TestLoop.RUNTIME)),
            new NodeService.Bounds(2, Duration.ofMillis(300), Duration.ofMillis(500)));
    Endpoint endpoint = new Endpoint.UnixSocket(socket);
    server = Servers.start(ServerSpec.of(endpoint, service).withGrace(Duration.ZERO));
    channel = Channels.open(ChannelSpec.plain(endpoint));
  }

  @AfterEach
  void stop() {
    callers.forEach(RawCaller::close);
    serving.close();
    service.close();
    channel.shutdownNow();
    server.close();
    runtime.close();
  }

  private RawCaller caller() throws IOException {
    RawCaller caller = new RawCaller(socket);
    callers.add(caller);
    return caller;
  }

  /** On the connection that it has, and on a new one. */
  private void aNormalClientIsAnswered() {
    assertThat(nodeName(channel)).isEqualTo("n1");
    ManagedChannel another = Channels.open(ChannelSpec.plain(new Endpoint.UnixSocket(socket)));
    try {
      assertThat(nodeName(another)).isEqualTo("n1");
    } finally {
      another.shutdownNow();
    }
  }

  private static String nodeName(ManagedChannel to) {
    return NodeGrpc.newBlockingStub(to)
        .withDeadlineAfter(Duration.ofSeconds(20))
        .getNode(GetNodeRequest.getDefaultInstance())
        .getInfo()
        .getName();
  }

  /** Half of them say nothing, the others say what HTTP/2 begins with, a byte now and then. */
  @Test
  void aThousandConnectionsThatDoNotSpeakAreClosedAfterAWhile() throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      RawCaller caller = caller();
      if (i % 2 == 0) {
        caller.send(RawCaller.PREFACE[0]);
      }
    }

    aNormalClientIsAnswered();

    int[] sent = {1};
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> {
          int next = sent[0]++ % RawCaller.PREFACE.length;
          for (int i = 0; i < CONNECTIONS; i += 2) {
            drip(callers.get(i), RawCaller.PREFACE[next]);
          }
          return callers.stream().allMatch(RawCaller::isClosedByServer);
        });
    aNormalClientIsAnswered();
  }

  private static void drip(RawCaller caller, byte next) {
    try {
      caller.send(next);
    } catch (IOException closed) {
      // That is what is waited for.
    }
  }

  /** Each has a call open, whose message of 16 MiB comes byte by byte. */
  @Test
  void callsWhoseMessagesDripHoldNobodyUp() throws IOException {
    List<RawCaller> slow = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      slow.add(caller().greet().call(1, "GetNode").data(1, (byte) 0, (byte) 1, (byte) 0));
    }
    for (int round = 0; round < 3; round++) {
      for (RawCaller caller : slow) {
        caller.data(1, (byte) 0);
      }
      aNormalClientIsAnswered();
    }
    assertThat(slow).noneMatch(RawCaller::isClosedByServer);
  }

  @Test
  void whoCancelsCallsWithoutEndIsCutOff() throws IOException {
    RawCaller caller = caller().greet();

    assertThatThrownBy(
            () -> {
              for (int stream = 1; ; stream += 2) {
                caller.call(stream, "GetNode").reset(stream);
                if (stream > 100_000) {
                  return;
                }
              }
            })
        .isInstanceOf(IOException.class);

    assertThat(caller.isClosedByServer()).isTrue();
    aNormalClientIsAnswered();
  }

  @Test
  void nonsenseIsHungUpOn() throws IOException {
    for (String nonsense :
        List.of(
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "SSH-2.0-OpenSSH_9.2\r\n",
            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")) {
      RawCaller caller = caller();
      caller.send(nonsense.getBytes(UTF_8));
      await().until(caller::isClosedByServer);
    }
    RawCaller afterGreeting = caller().greet();
    byte[] frameOf16Megabytes = {-1, -1, -1, 0, 0, 0, 0, 0, 1};
    afterGreeting.send(frameOf16Megabytes);
    await().until(afterGreeting::isClosedByServer);
    aNormalClientIsAnswered();
  }

  @Test
  void bytesThatAreNoMessageFailTheirCallAndNoOther() {
    byte[] noMessage = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0};

    assertThat(failureOf(noMessage)).isNotEqualTo(Status.Code.OK);

    aNormalClientIsAnswered();
  }

  @Test
  void aMessageThatIsTooLargeFailsItsCallAndNoOther() {
    assertThat(failureOf(new byte[Channels.MAX_MESSAGE_BYTES + 1]))
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

    aNormalClientIsAnswered();
  }

  private Status.Code failureOf(byte[] message) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(NodeGrpc.getApplyStackMethod().getFullMethodName())
            .build();
    try {
      byte[] answer =
          ClientCalls.blockingUnaryCall(
              channel,
              method,
              CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(20)),
              message);
      return answer == null ? Status.Code.UNKNOWN : Status.Code.OK;
    } catch (RuntimeException failure) {
      return Status.fromThrowable(failure).getCode();
    }
  }

  /** What is sent is what is given. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw Status.INTERNAL.withCause(e).asRuntimeException();
      }
    }
  }

  @Test
  void aLineOfTwentyMegabytesComesInPiecesAndWhole() {
    anInstance();
    int length = 20 << 20;
    engine.say("u1", LogSink.Stream.STDOUT, "x".repeat(length));

    Iterator<LogChunk> chunks = NodeGrpc.newBlockingStub(channel).readLogs(request());

    long bytes = 0;
    int withTime = 0;
    while (chunks.hasNext()) {
      LogChunk chunk = chunks.next();
      assertThat(chunk.getData().size()).isLessThanOrEqualTo(LogCalls.MAX_CHUNK_BYTES);
      bytes += chunk.getData().size();
      withTime += chunk.hasAt() ? 1 : 0;
    }
    assertThat(bytes).isBetween((long) length, length + 1L);
    assertThat(withTime).isLessThanOrEqualTo(1);
  }

  @Test
  void outputThatNobodyReadsStaysWhereItIs() {
    anInstance();
    String line = "x".repeat(32 << 10);
    for (int i = 0; i < 1000; i++) {
      engine.say("u1", LogSink.Stream.STDOUT, line);
    }
    SlowReader<ReadLogsRequest, LogChunk> sleeper = new SlowReader<>();
    NodeGrpc.newStub(channel).readLogs(request(), sleeper);
    sleeper.ask(1);
    await().until(() -> !sleeper.received.isEmpty());

    aNormalClientIsAnswered();

    sleeper.ask(Integer.MAX_VALUE);
    // Sent away when it had read nothing for long; what was underway by then is all there is.
    assertThat(sleeper.end.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join().getCode())
        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.OK);
  }

  private void anInstance() {
    Workload workload = Workloads.always("u1");
    loop.want(new Desired.Wanted(workload));
    loop.runtimeUp(TestLoop.running(workload));
    engine.addImage("app:1");
    var _ = runtime.launch(workload.spec());
  }

  private static ReadLogsRequest request() {
    return ReadLogsRequest.newBuilder().setKey(NodeWorkloadKey.newBuilder().setUid("u1")).build();
  }
}
