// A page opened from the disk may start no worker; there the search runs in a hidden frame of the page.
if (location.protocol === "file:") {
  class IFrameWorker extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.appendChild(frame)
      const inside = frame.contentWindow
      inside.postMessage = data => {
        const told = new MessageEvent("message", { data })
        this.dispatchEvent(told)
        if (this.onmessage) this.onmessage(told)
      }
      const load = src => new Promise((done, failed) => {
        const script = inside.document.createElement("script")
        script.onload = done
        script.onerror = failed
        script.src = src
        inside.document.head.appendChild(script)
      })
      inside.importScripts = (...all) => all.reduce((before, src) => before.then(() => load(src)), Promise.resolve())
      this.inside = inside
      this.ready = load(String(url))
    }
    postMessage(data) {
      this.ready.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data })))
    }
    terminate() {}
  }
  window.IFrameWorker = window.Worker = IFrameWorker
}
