package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.Images;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.StackAssets;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Does what another runtime does, but for what a subclass does otherwise. */
class DelegatingRuntime implements ContainerRuntime {

  private final ContainerRuntime sound;

  DelegatingRuntime(ContainerRuntime sound) {
    this.sound = sound;
  }

  @Override
  public String name() {
    return sound.name();
  }

  @Override
  public RuntimeInfo info() {
    return sound.info();
  }

  @Override
  public void ping() {
    sound.ping();
  }

  @Override
  public List<Instance> list() {
    return sound.list();
  }

  @Override
  public Optional<Instance> find(String uid) {
    return sound.find(uid);
  }

  @Override
  public Instance launch(InstanceSpec spec) {
    return sound.launch(spec);
  }

  @Override
  public Instance start(String uid, List<HostFile> files) {
    return sound.start(uid, files);
  }

  @Override
  public Optional<Instance> stop(String uid, Duration grace) {
    return sound.stop(uid, grace);
  }

  @Override
  public void remove(String uid) {
    sound.remove(uid);
  }

  @Override
  public Subscription watch(RuntimeListener listener) {
    return sound.watch(listener);
  }

  @Override
  public ExecResult exec(String uid, ExecRequest request) {
    return sound.exec(uid, request);
  }

  @Override
  public void logs(String uid, LogRequest request, LogSink sink) {
    sound.logs(uid, request, sink);
  }

  @Override
  public StackAssets assets() {
    return sound.assets();
  }

  @Override
  public Images images() {
    return sound.images();
  }

  @Override
  public void close() {
    sound.close();
  }
}
