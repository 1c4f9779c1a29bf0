import java.io.File;
import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/** Prints one finding a line, after its kind and a tab: dl, rl, inconsistent, unsatisfiable; and last, done. */
public final class ProfileCheck {
    private ProfileCheck() {}

    public static void main(String[] arguments) throws Exception {
        OWLOntology ontology =
                OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[0]));
        report("rl", new OWL2RLProfile(), ontology);
        boolean kept = report("dl", new OWL2DLProfile(), ontology);
        if (kept) { // HermiT refuses what is not OWL 2 DL.
            reason(ontology);
        }
        System.out.println("done\t" + ontology.getLogicalAxiomCount());
    }

    private static boolean report(String kind, OWLProfile profile, OWLOntology ontology) {
        boolean kept = true;
        for (OWLProfileViolation violation : profile.checkOntology(ontology).getViolations()) {
            System.out.println(kind + "\t" + violation.toString().replaceAll("\\s+", " "));
            kept = false;
        }
        return kept;
    }

    private static void reason(OWLOntology ontology) {
        Configuration configuration = new Configuration();
        // HermiT stops at xsd:date, gYear, gYearMonth, gMonthDay and gDay, which it does not know.
        configuration.ignoreUnsupportedDatatypes = true;
        configuration.throwInconsistentOntologyException = false;
        Reasoner reasoner = new Reasoner(configuration, ontology);
        if (!reasoner.isConsistent()) {
            System.out.println("inconsistent\t");
            return;
        }
        for (OWLClass name : reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()) {
            System.out.println("unsatisfiable\t" + name.getIRI());
        }
    }
}
