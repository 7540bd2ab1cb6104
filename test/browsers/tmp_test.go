package browsers_test
import ("testing";"time";"os";"strconv";"context";"strings"
"github.com/corscope/corscope/fetch"
"github.com/corscope/corscope/test/browsers")
func TestTmp(t *testing.T){
 n,_:=strconv.Atoi(os.Getenv("N")); 
 e:=browsers.Chromium; p:=fetch.Chromium
 if os.Getenv("E")=="firefox" {e=browsers.Firefox; p=fetch.Firefox}
 w:=world(t)
 pre,err:=browsers.Predict(browsers.Generate(w.Origins(),1,n),p)
 if err!=nil {t.Fatal(err)}
 st:=time.Now()
 ctx,c:=context.WithTimeout(t.Context(), 100*time.Second); defer c()
 seen,err:=w.Run(ctx,e,pre)
 t.Log(time.Since(st), err)
 ds:=browsers.Differences(pre,seen)
 t.Log(len(ds), "differ of", len(pre))
 for i,d:=range ds { if i<400 {t.Log(d.Case.Name, w.Unported(d.Outline()))} }
 if os.Getenv("V")!="" { for i,d:=range ds { if i>=0 && (os.Getenv("V")=="all" || has(d.Case.Name)) { t.Log(w.Unported(d.Explain()))} } }
}

func has(n string) bool { for _,x:=range strings.Fields(os.Getenv("V")) { if strings.HasSuffix(n,"-"+x) {return true} }; return false }
