package dev.tallyman.agent.health;

import dev.tallyman.agent.model.Probe;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Asks instances of this host by a connection that is made for one question and closed at its
 * answer. A connection kept from the last question would call a server healthy that takes no new
 * ones.
 *
 * <p>Never blocks; all of it happens on one event loop, on which answers are given as well. Who
 * cancels an answer closes its connection.
 */
final class SocketChecks {

  /**
   * An answer is a status line and headers; what has more is no answer to a probe. Small servers
   * end lines with a line feed alone, and nothing but the status is taken from them.
   */
  private static final HttpDecoderConfig ANSWER =
      new HttpDecoderConfig()
          .setMaxInitialLineLength(16 << 10)
          .setMaxHeaderSize(64 << 10)
          .setStrictLineParsing(false)
          .setValidateHeaders(false)
          .setAllowDuplicateContentLengths(true);

  private final EventLoop loop;
  private final Bootstrap bootstrap;

  SocketChecks(EventLoop loop) {
    this.loop = loop;
    // The deadline of a question holds for its connecting too.
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
  }

  /** Whether a connection is made within the timeout. */
  Promise<Outcome> connect(Route.Socket route, Duration timeout) {
    Question question = new Question(loop.newPromise(), route, "no connection by " + route.words());
    return ask(
        question,
        timeout,
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelActive(ChannelHandlerContext context) {
            question.works();
          }
        });
  }

  /**
   * Whether a GET is answered with a status of 200 to 399, and its headers, within the timeout.
   * Redirects are not followed. Any header can be set, {@code Host} too.
   *
   * <p>Certificates are not looked at, as with a kubelet's probes: they are made for the names by
   * which clients know the service, and a probe proves that it answers, not who it is.
   */
  Promise<Outcome> get(Route.Socket route, Probe.Http check, Duration timeout) {
    Question question =
        new Question(
            loop.newPromise(),
            route,
            check.scheme().word() + " " + check.path() + " by " + route.words());
    FullHttpRequest request;
    try {
      request = request(route.address(), check);
    } catch (IllegalArgumentException e) {
      question.fails("cannot be asked: " + e.getMessage());
      return question.answer();
    }
    return ask(
        question,
        timeout,
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            switch (check.scheme()) {
              case HTTP -> {}
              case HTTPS -> channel.pipeline().addLast(Tls.CONTEXT.newHandler(channel.alloc()));
            }
            channel
                .pipeline()
                .addLast(new HttpClientCodec(ANSWER, false, false))
                .addLast(new Exchange(request, question));
          }
        });
  }

  private Promise<Outcome> ask(Question question, Duration timeout, ChannelHandler handler) {
    ChannelFuture connecting =
        bootstrap.clone().handler(handler).connect(question.route().address());
    Future<?> deadline =
        loop.schedule(
            () -> question.fails("no answer within " + timeout.toMillis() + " ms"),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    connecting.addListener(connected -> {
      if (!connected.isSuccess()) {
        question.fails(connected.cause());
      }
    });
    question
        .answer()
        .addListener(_ -> {
          deadline.cancel(false);
          var _ = connecting.channel().close();
        });
    return question.answer();
  }

  private static FullHttpRequest request(InetSocketAddress address, Probe.Http check) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, check.path());
    request
        .headers()
        .set(HttpHeaderNames.HOST, literal(address) + ":" + address.getPort())
        .set(HttpHeaderNames.USER_AGENT, "tallyman-probe")
        .set(HttpHeaderNames.ACCEPT, "*/*");
    check.headers().forEach(request.headers()::set);
    request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return request;
  }

  private static String literal(InetSocketAddress address) {
    String text = address.getAddress().getHostAddress();
    return text.indexOf(':') >= 0 ? "[" + text + "]" : text;
  }

  /** What is asked, which is answered once: later answers are not heard. */
  private record Question(Promise<Outcome> answer, Route.Socket route, String what) {

    void works() {
      answer.trySuccess(Outcome.works("asked by " + route.words()));
    }

    void fails(String why) {
      answer.trySuccess(Outcome.fails(what + ": " + why));
    }

    void fails(Throwable failure) {
      // Netty adds the address to the words of the system, and wraps what TLS says.
      Throwable cause = failure.getCause();
      boolean wrapped = failure instanceof ConnectException || failure instanceof DecoderException;
      fails(String.valueOf((wrapped && cause != null ? cause : failure).getMessage()));
    }
  }

  /** One request and the head of its answer. */
  private static final class Exchange extends SimpleChannelInboundHandler<HttpObject> {
    private final FullHttpRequest request;
    private final Question question;

    Exchange(FullHttpRequest request, Question question) {
      this.request = request;
      this.question = question;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      var _ = context.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
      if (part.decoderResult().isFailure()) {
        question.fails("not an answer in HTTP: " + part.decoderResult().cause().getMessage());
      } else if (part instanceof HttpResponse response) {
        heard(response.status());
      }
    }

    /** What is not final yet is followed by something that is. */
    private void heard(HttpResponseStatus status) {
      switch (status.codeClass()) {
        case INFORMATIONAL -> {}
        case SUCCESS, REDIRECTION -> question.works();
        case CLIENT_ERROR, SERVER_ERROR, UNKNOWN -> question.fails("status " + status.code());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      question.fails(failure);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      question.fails("the connection was closed without an answer");
    }
  }

  /** Made for the first probe that needs it. */
  private static final class Tls {
    static final SslContext CONTEXT = trustingAnybody();

    private static SslContext trustingAnybody() {
      try {
        return SslContextBuilder.forClient()
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm("")
            .build();
      } catch (SSLException e) {
        throw new IllegalStateException("every Java platform has TLS", e);
      }
    }
  }
}
