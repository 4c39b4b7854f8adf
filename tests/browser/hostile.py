"""Texts that try to run a script, load something from elsewhere or break out of where they are shown.

TARGET is a host that does not exist; a request to it is a leak. `window.pwned` set by any of them is a run script.
"""

TARGET = "leak.invalid"
_RUN = "window.pwned=1"

MARKDOWN = (
    f"![x](https://{TARGET}/a.png)",
    f"![x][1]\n\n[1]: https://{TARGET}/b.png",
    f'![x](https://{TARGET}/c.png "t")',
    f"[![x](https://{TARGET}/d.png)](https://{TARGET})",
    f"[click](javascript:{_RUN})",
    f"[click](JaVaScRiPt:{_RUN})",
    "[click](data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==)",
    f"<javascript:{_RUN}>",
    f"[click](vbscript:{_RUN})",
    f"[click]( &#106;avascript:{_RUN})",
    f"![{TARGET}](//{TARGET}/e.png)",
    f":material/home: ![i](https://{TARGET}/f.svg)",
    f":red[![x](https://{TARGET}/g.png)]",
    f"$\\href{{javascript:{_RUN}}}{{x}}$",
    f"$$\\includegraphics{{https://{TARGET}/h.png}}$$",
    "$\\htmlData{onclick=window.pwned=1}{x}$",
    f"```mermaid\ngraph LR; A-->B; click A href \"javascript:{_RUN}\"\n```",
    f"| a |\n|---|\n| ![x](https://{TARGET}/i.png) |",
    f"- ![x](https://{TARGET}/j.png)",
    f"# ![x](https://{TARGET}/k.png)",
    f"[^1]\n\n[^1]: ![x](https://{TARGET}/l.png)",
)

HTML = (
    f"<script>{_RUN}</script>",
    f"<img src=https://{TARGET}/m.png>",
    f"<img src=x onerror={_RUN}>",
    f"<svg onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><image href=https://{TARGET}/n.png></svg>",
    f"<iframe src=https://{TARGET}/o></iframe>",
    f"<iframe srcdoc='<script>parent.{_RUN}</script>'></iframe>",
    f"<object data=https://{TARGET}/p></object>",
    f"<embed src=https://{TARGET}/q>",
    f"<link rel=stylesheet href=https://{TARGET}/r.css>",
    f"<style>@import url(https://{TARGET}/s.css);</style>",
    f"<div style='background:url(https://{TARGET}/t.png)'>x</div>",
    f"<video poster=https://{TARGET}/u.png src=https://{TARGET}/u.mp4></video>",
    f"<audio src=https://{TARGET}/v.mp3 autoplay></audio>",
    f"<input type=image src=https://{TARGET}/w.png>",
    f"<meta http-equiv=refresh content='0;url=https://{TARGET}/x'>",
    f"<base href=https://{TARGET}/>",
    f"<form action=https://{TARGET}/y><button autofocus onfocus={_RUN}>x</button></form>",
    f"<details open ontoggle={_RUN}>x</details>",
    f"<body onpageshow={_RUN}>",
    f"<marquee onstart={_RUN}>x</marquee>",
    f"<a href='javascript:{_RUN}' autofocus onfocus={_RUN}>x</a>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={_RUN}>",
    f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'>",
    f"<template><img src=x onerror={_RUN}></template>",
    f"<picture><source srcset=https://{TARGET}/z.png><img></picture>",
    f"<table background=https://{TARGET}/aa.png><tr><td>x</table>",
    f"<isindex type=image src=1 onerror={_RUN}>",
    f"<xmp><img src=x onerror={_RUN}></xmp>",
)

BREAKOUT = (
    f"</textarea><img src=x onerror={_RUN}>",
    f"</script><script>{_RUN}</script>",
    f"\"><img src=x onerror={_RUN}>",
    f"'-alert(1)-'<svg/onload={_RUN}>",
    f"]]><img src=x onerror={_RUN}>",
    f"-->\n<img src=x onerror={_RUN}>",
    f'A["<img src=x onerror={_RUN}>"] --> B',
    f'%%{{init: {{"themeCSS": "@import url(https://{TARGET}/bb.css)"}}}}%%',
    f'A; click A "javascript:{_RUN}"; B',
    f"\"]; style A fill:url(https://{TARGET}/cc.png); B[\"",
    "{{constructor.constructor('window.pwned=1')()}}",
    "${window.pwned=1}",
    "\u202e\u2066gnp.exe\u0000\ufeff<b>x</b>",
    f"<img/src='https://{TARGET}/dd.png'/onload={_RUN}//",
    f"&lt;img src=x onerror={_RUN}&gt;",
    f"<<img src=x onerror={_RUN}>>",
    "a" * 3000,
)

TEXTS = MARKDOWN + HTML + BREAKOUT
