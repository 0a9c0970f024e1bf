import time
from tests.window.hands import *
from tests.window.test_commands import *
def test_p(qtbot, desktop):
    out=[]
    names = [row.id for row in ACTIONS if row.id not in LASTS]
    names.sort(key=lambda name: name in {"case.close", "case.practise"})
    for name in names:
        t=time.time()
        desktop.actions[name].trigger()
        close_what_opened(desktop)
        qtbot.wait(1)
        out.append((time.time()-t,name))
    t=time.time()
    desktop.actions["jobs.cancel"].trigger(); jobs_ended(qtbot, desktop); out.append((time.time()-t,"END"))
    for x in sorted(out)[-22:]: print(x)
    print(sum(o[0] for o in out))
