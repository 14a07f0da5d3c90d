#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view swedish_texts = R"texts(
language sv||575
place Stockholm|Sweden
place Stockholm|Sweden
place Stockholm|Sweden
place Göteborg|Sweden
place Göteborg|Sweden
place Malmö|Sweden
place Uppsala|Sweden
place Umeå|Sweden
place Luleå|Sweden
place Östersund|Sweden
place Örebro|Sweden
place Jönköping|Sweden
place Kiruna|Sweden
place Åre|Sweden
place Turku|Finland
place |Sweden
products tältet Vidda 2|skaljackan Skare|kängan Rimfrost|ryggsäcken Fjällbris 45|sovsäcken Snödriva|stormköket Glöd|ullunderstället Lav|regnbyxan Duggregn|dunjackan Isrosen|pannlampan Polstjärna
colors svart|mossgrönt|havsblått|rostrött|gult|grått
first Anna|Erik|Maria|Lars|Karin|Johan|Åsa|Björn|Linnéa|Oskar|Elsa|Göran|Märta|Nils|Saga|Zeynep|Amir|Sanna|Pär|Ylva
last Andersson|Johansson|Lindqvist|Nyström|Sjöberg|Öberg|Åkesson|Bergman|Hedlund|Ekström|Demir|Holmgren|Norén|Wallin
price {count}99 kr

greet Hej {name}! Du pratar med {agent}. Vad kan jag hjälpa dig med?
greet Hej och välkommen till Norrsken Outdoor! {agent} heter jag.
greet Hejsan! {agent} här 👋
greet God dag, mitt namn är {agent}. Jag hjälper dig gärna.
wait Ett ögonblick, jag tittar på det.
wait Tack! Jag kollar upp det direkt.
wait Jag ska bara läsa igenom din order, en liten stund.
transfer Det här kan min kollega {other} bättre än jag. Jag kopplar dig vidare.
transfer Jag lämnar över till {other}, så får du svar av rätt person.
take_over Hej, {agent} här! Jag har läst vad ni har skrivit.
take_over Hej! Jag tar över härifrån, det är {agent}.
thank Toppen, tack så mycket!
thank Tack för hjälpen {agent} 😊
thank Perfekt. Ha en bra dag!
thank ok tack
thank Vad bra, då vet jag. Tack!
bye Tack själv! Hör av dig om det är något mer. 🏔️
bye Så lite så. Ha en fin dag!
bye Tack för att du hörde av dig. Hej då!
nudge Hallå?
nudge Är det någon där?
nudge Har ni stängt nu?
nudge Jag väntar fortfarande på svar ...
leave Ni kan mejla mig på {email} i stället.
leave Skriv till {email} när ni öppnar, tack. /{name}
late God morgon! Vi hade stängt när du skrev, här kommer svaret.
late Hej {name}, ursäkta att du fick vänta över natten.

# delivery
open Hej! Var är mitt paket? Ordernummer {order}.
open Min beställning {order} skulle ha kommit igår men spårningen säger ingenting.
open Hur lång leveranstid är det på {product} just nu?
open Jag har fått avi om {order} men ombudet hittar inte paketet 😕
ask Kan du bekräfta vilken e-postadress du beställde med?
ask Har du fått något sms från fraktbolaget?
ask Stämmer det att du valde leverans till ombud?
reply Ja, {email}
reply Nej, inget sms alls.
reply Ja det stämmer, närmaste ombud.
answer Paketet {tracking} ligger på terminalen och körs ut senast {date}.
answer Jag ser att {product} packades i morse. Leverans beräknas till {date}.
answer Det har blivit fel hos fraktbolaget. Jag skickar en ny {tracking} utan kostnad.
more Kan jag ändra adressen?|Ja, fram till att paketet är sorterat. Skriv adressen här så ändrar jag.
more Kan ni leverera på kvällen?|Vi bokar en tid mellan 17 och 21, går det bra?
more Kostar det något extra?|Nej, frakten är fri över 599 kr.
more Kommer allt i samma paket?|{product} kommer för sig, resten i ett annat paket.

# returns
open Hej, jag vill lämna tillbaka {product}. Hur gör jag?
open Jag har skickat retur på {order} men inte fått pengarna.
open Kan jag byta {product} mot en annan färg, gärna {color}?
open Hur länge har man öppet köp?
ask Har du kvar lapparna och är varan oanvänd?
ask Vilket datum skickade du returen?
ask Vilket ordernummer gäller det?
reply Ja, den är aldrig använd.
reply I fredags, kolli {tracking}.
reply Det är {order}.
answer Då mejlar jag en retursedel till {email}. Lämna paketet hos valfritt ombud.
answer Returen är registrerad. {price} är tillbaka på ditt kort senast {date}.
answer Vi byter gärna! {product} finns i {color} och skickas när returen är skannad.
more Måste jag betala returfrakten?|Nej, byten är fria. Vid återköp drar vi 49 kr.
more Kan jag lämna i butiken?|Absolut, i alla våra butiker. Ta med kvittot.
more Hur lång tid tar återbetalningen?|Tre till fem bankdagar efter att vi har fått varan.

# size
open Hur är {product} i storlek? Jag har vanligtvis {size}.
open Hur är {product} i storleken, liten eller stor?
open Jag är 178 cm lång och väger 75 kg, vilken storlek på {product}?
ask Vill du kunna ha en tjock tröja under?
ask Hur brukar du vilja att plagget sitter?
reply Ja, den ska funka på vintern också.
reply Ganska ledigt.
reply Helst tajt, jag springer i den.
answer Då rekommenderar jag {size}. Många säger att modellen är aningen liten.
answer Ta {size}, måtten hittar du i storleksguiden: https://norrsken.example.com/storleksguide
more Finns {size} i lager?|Ja, {count} stycken i {color}.
more Och om den inte passar?|Då byter du gratis inom 100 dagar.
more Är det samma mått på dammodellen?|Nej, den är två centimeter kortare i ryggen.

# billing
open Jag har fått en påminnelse på en faktura jag redan betalat ({order}).
open Min rabattkod fungerar inte i kassan.
open Varför drogs {price} två gånger?
open Kan jag få ett kvitto med org.nr på {order}?
ask Vilken dag betalade du?
ask Vilken kod skriver du in?
ask Betalade du med kort eller faktura?
reply Den {date} via banken.
reply FJÄLL20, det stod "gäller hela sortimentet" i mejlet.
reply Med kort.
answer Betalningen syns nu, så du kan bortse från påminnelsen.
answer Koden gäller bara fullprisvaror. Jag lägger in den manuellt på {product}, då blir det {price}.
answer Den ena dragningen är bara en reservation, den försvinner inom några dagar.
answer Kvittot är skickat till {email}.
more Tillkommer någon avgift?|Nej, den har jag tagit bort.
more Kan jag dela upp betalningen?|Ja, på {count} månader utan ränta.

# product
open Håller {product} tätt i ösregn?
open Vad är skillnaden mellan {product} och förra årets modell?
open När får ni in {product} i {color} igen?
open Passar {product} för en vecka i Sarek i september?
ask Hur många är ni som ska ut?
ask Hur kallt räknar du med att det blir?
reply Vi är två vuxna och en hund 🐕
reply Ner mot noll på natten.
reply Mest dagsturer.
answer {product} håller 10 000 mm vattenpelare, så den klarar riktigt fjällväder.
answer Årets modell väger {count}00 gram mindre och har ny dragkedja.
answer Nästa leverans kommer {date}. Jag kan mejla dig då.
more Är den PFAS-fri?|Ja, all impregnering hos oss är fri från PFAS sedan i fjol.
more Vad väger den?|1,{count} kg med allt.
more Kan man prova i butik?|Ja, i Stockholm, Göteborg och Östersund.

# claim
open Dragkedjan på {product} gick sönder efter två veckor. Vad gör jag?
open En söm har gått upp på {product} som jag köpte i våras.
open {product} läcker vid sömmarna. Jag vill reklamera.
ask Kan du skicka en bild på skadan?
ask Har du kvar ordernumret?
reply https://files.example.com/norrsken/{tracking}.jpg
reply {order}, betalt {price}.
answer Det där ska inte hända. Vi skickar {product} på nytt och du behåller den trasiga till dess.
answer Vår verkstad lagar det kostnadsfritt. Fraktsedel kommer till {email}.
more Hur lång tid tar lagningen?|Ungefär två veckor just nu.
more Kan jag få pengarna tillbaka i stället?|Ja, om vi inte lyckas laga den har du rätt till det.

# account
open Jag kommer inte in på mitt konto.
open Hur avslutar jag nyhetsbrevet?
open Mina klubbpoäng har försvunnit!
ask Vilken e-post är kontot registrerat på?
ask Vilket felmeddelande får du?
reply {email}
reply "Fel användarnamn eller lösenord", fast jag har bytt.
answer Jag har skickat en ny länk till {email}. Den gäller i en timme.
answer Nu är dina {count}50 poäng tillbaka på kontot.
answer Du är avanmäld. Det kan ta ett dygn innan det slår igenom.
more Kan ni radera mina uppgifter?|Ja, enligt GDPR gör vi det inom 30 dagar.
)texts";

}  // namespace parley::transfer::demo
